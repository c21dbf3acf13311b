//! A field that demands a timestamp (ISO 32000-2 table 237) holds no signature without one.

use signing::{
    Budget,
    cms::{
        TimestampToken,
        timestamp::{Imprint, with_timestamp},
    },
    sign::{self, Ceremony, EmbedError, Place, Request, Room, ToBeSigned},
    validate::{Headline, Level},
    x509::signature::Digest,
};

use crate::shared::{
    desk::{Desk, document},
    made::now,
};

#[test]
fn nothing_but_a_stamped_signature_is_embedded() {
    let desk = Desk::new();
    let key = desk.official([2020, 2035]).ring();
    let mut file = document(&[
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [4 0 R] >>",
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Kepala) /Rect [0 0 0 0] /P 3 0 R /SV 5 0 R >>",
        "<< /Type /SV /TimeStamp << /Ff 1 /URL (http://waktu.example) >> >>",
    ]);
    let request = Request {
        room: Room::Stamped,
        ..Request::new(Place::Existing("Kepala".to_owned()), now())
    };
    let ceremony = Ceremony::new(&file, request, Budget::office()).unwrap();
    let prepared = ceremony.prepare().unwrap();
    // The demand lasts as long as what was prepared.
    let stored = serde_json::to_string(&prepared).unwrap();
    let prepared: ToBeSigned = serde_json::from_str(&stored).unwrap();
    let cms = sign::signed_cms(&prepared, &key).unwrap();
    assert_eq!(prepared.embed(&cms), Err(EmbedError::Unstamped));
    let time = "20261124000000Z";
    let of = |imprint| TimestampToken::parse(&desk.token(imprint, time)).unwrap();
    let of_another = of(Imprint::of(Digest::Sha256, b"another signature"));
    let wrongly = with_timestamp(&cms, &of_another).unwrap();
    assert_eq!(prepared.embed(&wrongly), Err(EmbedError::Unstamped));
    let own = of(sign::timestamp::imprint(&cms, Digest::Sha256).unwrap());
    let stamped = sign::timestamp::add(&cms, &own).unwrap();
    file.extend_from_slice(prepared.embed(&stamped).unwrap().bytes());
    let report = desk.judged(&file);
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    assert_eq!(report.signatures[0].level, Some(Level::PadesBT));
}
