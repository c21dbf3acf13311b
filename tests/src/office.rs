//! The demo's regency as a program learns of it, and letters that it writes.

use serde_json::{Value, json};

use crate::api::Api;
use crate::demo::Place;

/// Everything an application can be allowed.
pub const ALL_SCOPES: [&str; 10] = [
    "letters:read",
    "letters:write",
    "letters:sign",
    "agenda:read",
    "agenda:write",
    "archive:export",
    "verify",
    "admin:read",
    "admin:write",
    "webhooks:manage",
];

/// OPD and positions.
#[derive(Debug, Clone)]
pub struct Office(Value);

impl Office {
    /// What the service says of it.
    ///
    /// # Panics
    /// If it says nothing.
    pub async fn ask(api: &Api) -> Self {
        Self(api.get("/api/v1/office").await.must(200).json())
    }

    /// The id of a position by its title.
    ///
    /// # Panics
    /// If there is none.
    pub fn jabatan(&self, title: &str) -> String {
        self.position(title)["id"]
            .as_str()
            .expect("an id is text")
            .to_owned()
    }

    /// The id of a position's OPD.
    ///
    /// # Panics
    /// If there is no such position.
    pub fn opd_of(&self, title: &str) -> String {
        self.position(title)["opd"]
            .as_str()
            .expect("an id is text")
            .to_owned()
    }

    fn position(&self, title: &str) -> &Value {
        self.0["jabatan"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|position| position["title"] == title)
            .unwrap_or_else(|| panic!("there is no position {title}"))
    }

    /// A letter of the Dinas Kominfo to the Dinas Kesehatan: two parafs, one signature.
    pub fn letter(&self, hal: &str) -> Value {
        json!({
            "jenis": "surat_dinas",
            "opd": self.opd_of(HEAD),
            "dari": self.jabatan(HEAD),
            "hal": hal,
            "body": "Bersama ini kami sampaikan rencana kerja tahun depan.",
            "klasifikasi": "000.5.2",
            "recipients": [{"name": "Kepala Dinas Kesehatan", "opd": self.opd_of(RECEIVER)}],
            "recipients_place": "Contohrejo",
            "parafs": [
                {"kind": "hierarki", "participants": [self.jabatan(DRAFTER)]},
                {"kind": "hierarki", "participants": [self.jabatan(SECRETARY)]},
            ],
            "signers": [self.jabatan(HEAD)],
        })
    }
}

/// Who drafts, and passes the first stage.
pub const DRAFTER: &str = "Kepala Bidang Program Dinas Komunikasi dan Informatika";
/// Who passes the second stage.
pub const SECRETARY: &str = "Sekretaris Dinas Komunikasi dan Informatika";
/// Who signs.
pub const HEAD: &str = "Kepala Dinas Komunikasi dan Informatika";
/// Who receives.
pub const RECEIVER: &str = "Kepala Dinas Kesehatan";

/// Keys of the people of the main job, made before the server starts.
#[derive(Debug, Clone)]
pub struct Keys {
    names: Vec<(String, String)>,
}

impl Keys {
    /// One key with every scope for each of these accounts.
    pub fn make(place: &Place, usernames: &[&str]) -> Self {
        let names = usernames
            .iter()
            .map(|name| ((*name).to_owned(), place.api_key(name, &ALL_SCOPES)))
            .collect();
        Self { names }
    }

    /// The program of an account.
    ///
    /// # Panics
    /// If the account has no key.
    pub fn of(&self, address: &str, username: &str) -> Api {
        Api::new(address, self.key(username))
    }

    /// The key of an account.
    ///
    /// # Panics
    /// If the account has none.
    pub fn key(&self, username: &str) -> &str {
        let (_, key) = self
            .names
            .iter()
            .find(|(name, _)| name == username)
            .unwrap_or_else(|| panic!("no key was made for {username}"));
        key
    }
}

/// An official of the demo.
#[derive(Debug, Clone)]
pub struct Official {
    /// The id.
    pub id: String,
    /// The name without titles.
    pub name: String,
}

impl Official {
    /// Who holds a position.
    ///
    /// # Panics
    /// If nobody does, or several do.
    pub fn of(place: &Place, position: &str) -> Self {
        let id = place.engine.show_id("p.id");
        let rows = place.database.rows(&format!(
            "SELECT {id}, p.name FROM pejabat p JOIN holding h ON h.pejabat_id = p.id
             JOIN jabatan j ON j.id = h.jabatan_id WHERE j.title = '{position}';\n"
        ));
        let [row] = rows.as_slice() else {
            panic!("one holds {position}: {rows:?}");
        };
        Self {
            id: format!("pjb_{}", row[0]),
            name: row[1].clone(),
        }
    }
}
