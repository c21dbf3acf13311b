//! Accounts of the made-up people.

use custody::Passphrase;
use flow::account::{Grant, Role};
use flow::id::AccountId;
use service::ServiceError;
use service::identity::{
    Client, Confirmed, NewAccount, NewSession, Subject, confirm, log_in, operator, session_subject,
};

use super::{World, actor};

/// Somebody on a browser in the office.
pub fn client() -> Client {
    Client {
        agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0".to_owned(),
        address: "127.0.0.1".parse().ok(),
    }
}

pub fn password(name: &str) -> Passphrase {
    Passphrase::new(format!("sandi panjang {name}"))
}

impl World {
    /// An account of a person, or of nobody.
    pub async fn account(&self, name: &str, person: Option<u8>, grants: &[Grant]) -> AccountId {
        let new = NewAccount {
            username: name.to_owned(),
            pejabat: person.map(|n| actor(n).pejabat),
            grants: grants.to_vec(),
        };
        operator::add(&self.app(), &new, &password(name))
            .await
            .unwrap()
    }

    pub async fn log_in(&self, name: &str) -> Result<NewSession, ServiceError> {
        log_in(&self.app(), name, &password(name), None, &client()).await
    }

    /// Who has that session now.
    pub async fn seen(&self, session: &NewSession) -> Option<Subject> {
        session_subject(&self.app(), &session.token, &client())
            .await
            .unwrap()
    }

    /// Logged in, in a session of its own.
    pub async fn subject(&self, name: &str) -> Subject {
        let session = self.log_in(name).await.unwrap();
        self.seen(&session).await.unwrap()
    }

    pub async fn confirmed(&self, subject: &Subject) -> Confirmed {
        confirm(&self.app(), subject, &password(&subject.username), None)
            .await
            .unwrap()
    }

    /// An admin who just entered the password.
    pub async fn admin(&self) -> (Subject, Confirmed) {
        let grant = Grant {
            role: Role::Admin,
            opd: None,
        };
        self.account("admin", None, &[grant]).await;
        let admin = self.subject("admin").await;
        let confirmed = self.confirmed(&admin).await;
        (admin, confirmed)
    }
}
