//! A certificate with its issuers, put in order out of whatever came with it.

use super::{Certificate, signature::Checked};
use crate::CertificateDer;

/// `leaf` and, as far as `pool` has them, its issuer, that one's issuer and so on. Whether anybody is to be trusted is
/// not asked here.
pub fn ordered(leaf: &Certificate, pool: &[Certificate]) -> Vec<CertificateDer> {
    let mut chain = vec![leaf];
    let mut newest = leaf;
    while chain.len() < MAX_LENGTH && !newest.self_issued() {
        let issuer = pool.iter().find(|candidate| {
            candidate.subject == newest.issuer
                && candidate.certified(newest) == Checked::Good
                && !chain.contains(candidate)
        });
        let Some(issuer) = issuer else { break };
        chain.push(issuer);
        newest = issuer;
    }
    let ders = chain.into_iter().map(|found| found.der.clone());
    ders.map(CertificateDer).collect()
}

/// Far above any authority's depth.
const MAX_LENGTH: usize = 10;

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

    use super::*;

    fn params(name: &str) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
    }

    #[test]
    fn issuers_come_in_order_and_strangers_of_the_same_name_stay_out() {
        let parse = |der: &[u8]| Certificate::parse(der).unwrap();
        let (key, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let root = parse(params("Akar").self_signed(&key).unwrap().der());
        let impostor = parse(params("Akar").self_signed(&other).unwrap().der());
        let issuer = Issuer::new(params("Akar"), key);
        let middle_key = KeyPair::generate().unwrap();
        let middle = params("Tengah").signed_by(&middle_key, &issuer).unwrap();
        let middle = parse(middle.der());
        let issuer = Issuer::new(params("Tengah"), middle_key);
        let leaf_key = KeyPair::generate().unwrap();
        let leaf = params("Daun").signed_by(&leaf_key, &issuer).unwrap();
        let leaf = parse(leaf.der());

        let pool = [impostor, root.clone(), leaf.clone(), middle.clone()];
        let wanted = [&leaf, &middle, &root].map(|found| CertificateDer(found.der.clone()));
        assert_eq!(ordered(&leaf, &pool), wanted);
        assert_eq!(ordered(&leaf, &[]), wanted[..1]);
    }
}
