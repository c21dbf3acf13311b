//! The kinds of problem: status, stable name, and the keys of their words.

use http::StatusCode;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $slug:literal, $key:literal, $status:ident;)+) => {
        /// What kind of problem it is. The slug is a contract: programs match on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ProblemKind {
            $($(#[$doc])* $kind,)+
        }

        impl ProblemKind {
            /// All of them.
            pub const ALL: [Self; [$(Self::$kind),+].len()] = [$(Self::$kind),+];

            /// The last part of its address.
            pub const fn slug(self) -> &'static str {
                match self {
                    $(Self::$kind => $slug,)+
                }
            }

            /// The status it is answered with.
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$kind => StatusCode::$status,)+
                }
            }

            /// Which message names it.
            pub fn title_key(self) -> String {
                format!("problem-{}-title", self.key())
            }

            /// Which message explains it.
            pub fn detail_key(self) -> String {
                format!("problem-{}-detail", self.key())
            }

            const fn key(self) -> &'static str {
                match self {
                    $(Self::$kind => $key,)+
                }
            }

            /// The kind with this slug.
            pub fn from_slug(slug: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|kind| kind.slug() == slug)
            }
        }
    };
}

kinds! {
    /// The request cannot be read.
    Malformed = "permintaan-cacat", "malformed", BAD_REQUEST;
    /// A state-changing POST without `Idempotency-Key`.
    KeyMissing = "kunci-idempotensi-wajib", "key-missing", BAD_REQUEST;
    /// Nobody is logged in, or the key is unknown.
    Unauthenticated = "perlu-masuk", "unauthenticated", UNAUTHORIZED;
    /// Name, password or code is wrong; which one is not said.
    LoginFailed = "gagal-masuk", "login-failed", UNAUTHORIZED;
    /// It is visible, but not the asker's to do.
    Forbidden = "tidak-berwenang", "forbidden", FORBIDDEN;
    /// Another site sent the form, or its token is not of this session.
    ForeignForm = "formulir-asing", "foreign-form", FORBIDDEN;
    /// It needs the password again.
    StepUp = "perlu-konfirmasi", "step-up", FORBIDDEN;
    /// The second factor is missing, wrong or used.
    SecondFactor = "kode-otp", "second-factor", FORBIDDEN;
    /// The passphrase does not open the key.
    WrongPassphrase = "frasa-sandi-salah", "wrong-passphrase", FORBIDDEN;
    /// The official's electronic signature is frozen.
    Frozen = "tte-dibekukan", "frozen", FORBIDDEN;
    /// There is no such thing, or none the asker may know of.
    NotFound = "tidak-ditemukan", "not-found", NOT_FOUND;
    /// The address does not know the method.
    MethodNotAllowed = "metode-tidak-dikenal", "method-not-allowed", METHOD_NOT_ALLOWED;
    /// The answer cannot be had in the wanted form.
    NotAcceptable = "bentuk-tidak-tersedia", "not-acceptable", NOT_ACCEPTABLE;
    /// The file has none of the bytes that were asked for.
    Range = "bagian-tidak-ada", "range", RANGE_NOT_SATISFIABLE;
    /// A rule of the office forbids it in the present state.
    Refused = "ditolak-aturan", "refused", CONFLICT;
    /// Somebody acted meanwhile.
    Conflict = "keadaan-berubah", "conflict", CONFLICT;
    /// The same work is under way.
    Busy = "sedang-dikerjakan", "busy", CONFLICT;
    /// The signature is made and waits for its timestamp.
    AwaitingTimestamp = "menunggu-cap-waktu", "awaiting-timestamp", CONFLICT;
    /// It was done already; its answer held a secret that is not kept.
    Done = "sudah-dikerjakan", "done", CONFLICT;
    /// The permission to sign does not cover this version any more.
    NotActivated = "aktivasi-berakhir", "not-activated", CONFLICT;
    /// There is no key that can sign.
    NoKey = "tanpa-sertifikat", "no-key", CONFLICT;
    /// The key lies on a token or at a signing service, or was brought along, and cannot be used; `rule` says why.
    KeyUnusable = "kunci-tidak-terpakai", "key-unusable", CONFLICT;
    /// What a page carried was written too long ago to be believed.
    ReportExpired = "laporan-kedaluwarsa", "report-expired", GONE;
    /// The version shown is no longer the present one.
    Precondition = "versi-berubah", "precondition", PRECONDITION_FAILED;
    /// More bytes than are taken.
    TooLarge = "terlalu-besar", "too-large", PAYLOAD_TOO_LARGE;
    /// A body of a type that is not read here.
    MediaType = "jenis-isi", "media-type", UNSUPPORTED_MEDIA_TYPE;
    /// The request is readable, but what it says is not possible.
    Invalid = "isi-tidak-sah", "invalid", UNPROCESSABLE_ENTITY;
    /// The idempotency key was used for another request.
    KeyReused = "kunci-idempotensi-terpakai", "key-reused", UNPROCESSABLE_ENTITY;
    /// The password or passphrase is too easily guessed.
    Weak = "sandi-lemah", "weak", UNPROCESSABLE_ENTITY;
    /// A change without `If-Match`.
    PreconditionMissing = "if-match-wajib", "precondition-missing", PRECONDITION_REQUIRED;
    /// Too many requests, or too many wrong attempts.
    TooOften = "terlalu-sering", "too-often", TOO_MANY_REQUESTS;
    /// Something of ours failed.
    Internal = "galat", "internal", INTERNAL_SERVER_ERROR;
    /// There is more to do than can be done now.
    Unavailable = "sedang-sibuk", "unavailable", SERVICE_UNAVAILABLE;
}
