//! Whom the public page trusts: our own root, and what the operator laid beside it.

use signing::CertificateDer;
use signing::policy::{Anchor, Policy, RevocationRule, TrustAnchors};
use signing::validate::Evidence;
use store::model::KeyPurpose;

use crate::{App, ServiceError};

/// What a file is judged by: who vouches for the operator's authorities of timestamps, anchors from `ca/root.pem` and `keys/trust/`, the certificates of our issuing CA where
/// this node has no root file, and the newest revocation lists.
pub(crate) struct Trust {
    pub(crate) policy: Policy,
    pub(crate) evidence: Evidence,
}

impl Trust {
    pub(crate) async fn load(app: &App) -> Result<Self, ServiceError> {
        let mut anchors = TrustAnchors::new();
        app.settings.provability.trust(&mut anchors);
        let mut evidence = Evidence::default();
        let mut rooted = false;
        if let Some(root) = app.data_dir.read(ROOT_FILE)? {
            rooted = anchors.add_file(&root).is_ok();
        }
        for file in app.data_dir.list(TRUST_FOLDER)? {
            let Some(bytes) = app.data_dir.read(&file)? else {
                continue;
            };
            if anchors.add_file(&bytes).is_err() {
                tracing::warn!(file, "holds no certificate; nobody is trusted by it");
            }
        }
        if let Some(crl) = app.data_dir.read(ROOT_CRL_FILE)? {
            let _read = evidence.add_crl_file(&crl);
        }
        let mut tx = app.store.snapshot().await?;
        for key in tx.keys_for(KeyPurpose::IssuingCa).await? {
            if let Some(crl) = tx.newest_crl(key.key.id).await? {
                let _read = evidence.add_crl_file(&crl.der);
            }
            // Another node founded the authority and keeps the root's file.
            if !rooted {
                for found in tx.certificates_of(key.key.id).await? {
                    anchors.add(Anchor::new(
                        CertificateDer(found.certificate.der),
                        RevocationRule::default(),
                    ));
                }
            }
        }
        Ok(Self {
            policy: Policy::new(anchors),
            evidence,
        })
    }
}

const ROOT_FILE: &str = "ca/root.pem";
const ROOT_CRL_FILE: &str = "ca/root.crl";
const TRUST_FOLDER: &str = "keys/trust";
