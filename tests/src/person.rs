//! A browser without eyes: cookies, forms, redirects; no script.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use reqwest::header::{CONTENT_TYPE, COOKIE, ORIGIN, REFERER, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder};

use crate::api::{Answer, client, send};
use crate::demo::Login;

/// Somebody at a browser.
#[derive(Debug)]
pub struct Person {
    /// Where the service is.
    pub address: String,
    client: Client,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// A form of a page.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// Whether it carries files.
    pub is_multipart: bool,
    /// Its fields with what stands in them; of buttons, none.
    pub fields: Vec<(String, String)>,
    /// The names of all its fields, filled or not.
    pub names: Vec<String>,
}

impl Person {
    /// Somebody who just opened a browser.
    pub fn new(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            client: client(),
            cookies: Mutex::default(),
        }
    }

    /// Somebody who logged in.
    ///
    /// # Panics
    /// If the service does not let them.
    pub async fn logged_in(address: &str, login: &Login) -> Self {
        let person = Self::new(address);
        let page = person.get("/masuk").await.must(200);
        let form = form_to(&page.text(), "/masuk");
        let answer = person
            .submit(
                &form,
                &[("nama", &login.username), ("sandi", &login.password)],
            )
            .await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        person
    }

    /// What the browser keeps.
    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.jar().clone()
    }

    /// Takes over somebody's cookies.
    pub fn steal(&self, from: &Self) {
        *self.jar() = from.cookies();
    }

    /// Opens a page.
    ///
    /// # Panics
    /// If nothing answers.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// A request as the browser makes it from one of the service's own pages.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let reads = method == Method::GET;
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.address))
            .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Uji/1.0")
            .header("accept", "text/html,application/xhtml+xml")
            .header("accept-language", "id");
        if !reads {
            request = request
                .header(ORIGIN, &self.address)
                .header(REFERER, format!("{}/", self.address))
                .header("sec-fetch-site", "same-origin");
        }
        let jar = self.jar();
        if jar.is_empty() {
            return request;
        }
        let pairs: Vec<String> = jar
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        request.header(COOKIE, pairs.join("; "))
    }

    /// Sends a request and keeps the cookies of the answer.
    ///
    /// # Panics
    /// If nothing answers.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = send(request).await;
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let text = cookie.to_str().unwrap_or_default();
            let pair = text.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                if value.is_empty() || text.contains("Max-Age=0") {
                    self.jar().remove(name);
                } else {
                    self.jar().insert(name.to_owned(), value.to_owned());
                }
            }
        }
        answer
    }

    /// Fills in fields of a form and sends it.
    ///
    /// # Panics
    /// If nothing answers.
    pub async fn submit(&self, form: &Form, filled: &[(&str, &str)]) -> Answer {
        let mut fields: Vec<(String, String)> = form
            .fields
            .iter()
            .filter(|(name, _)| filled.iter().all(|(filled, _)| filled != name))
            .cloned()
            .collect();
        fields.extend(
            filled
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let request = self.request(Method::POST, &form.action);
        if form.is_multipart {
            return self.send(multipart(request, &fields, None)).await;
        }
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(urlencoded(&fields))).await
    }

    /// Sends a form with a file in it.
    ///
    /// # Panics
    /// If nothing answers.
    pub async fn upload(&self, form: &Form, field: &str, name: &str, bytes: &[u8]) -> Answer {
        let request = self.request(Method::POST, &form.action);
        let file = File { field, name, bytes };
        self.send(multipart(request, &form.fields, Some(&file)))
            .await
    }

    fn jar(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file in a form.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// The field it is in.
    pub field: &'a str,
    /// What its sender calls it.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// RFC 7578, as browsers write it.
pub fn multipart(
    request: RequestBuilder,
    fields: &[(String, String)],
    file: Option<&File<'_>>,
) -> RequestBuilder {
    let boundary = crate::api::fresh_key();
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"");
        body.extend(format!("{head}\r\n\r\n{value}\r\n").into_bytes());
    }
    if let Some(File { field, name, bytes }) = file {
        let name = name.replace('"', "%22").replace(['\r', '\n'], "");
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: application/pdf\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").into_bytes());
    request
        .header(
            CONTENT_TYPE,
            format!("multipart/form-data; boundary={boundary}"),
        )
        .body(body)
}

/// `application/x-www-form-urlencoded`.
pub fn urlencoded(fields: &[(String, String)]) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", percent(name), percent(value)))
        .collect();
    pairs.join("&")
}

/// Text as a part of an address.
pub fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// The first form of a page that goes to an address beginning like this.
///
/// # Panics
/// If the page has none.
pub fn form_to(page: &str, action: &str) -> Form {
    forms(page)
        .into_iter()
        .find(|form| form.action.starts_with(action))
        .unwrap_or_else(|| panic!("no form to {action} in\n{page}"))
}

/// The forms of a page that change something.
pub fn forms(page: &str) -> Vec<Form> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, from)) = rest.split_once("<form") {
        let (whole, after) = from.split_once("</form>").unwrap_or((from, ""));
        rest = after;
        let (head, body) = whole.split_once('>').unwrap_or((whole, ""));
        if !attribute(head, "method").eq_ignore_ascii_case("post") {
            continue;
        }
        found.push(Form {
            action: attribute(head, "action"),
            is_multipart: attribute(head, "enctype") == "multipart/form-data",
            fields: fields(body),
            names: names(body),
        });
    }
    found
}

fn names(body: &str) -> Vec<String> {
    ["<input", "<textarea", "<select"]
        .into_iter()
        .flat_map(|tag| body.split(tag).skip(1))
        .map(|tag| attribute(tag.split('>').next().unwrap_or_default(), "name"))
        .filter(|name| !name.is_empty())
        .collect()
}

/// What a browser would send without anybody touching the form.
fn fields(body: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for tag in body.split("<input").skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let (name, kind) = (attribute(tag, "name"), attribute(tag, "type"));
        let is_off = matches!(kind.as_str(), "checkbox" | "radio") && !has_word(tag, "checked");
        if name.is_empty() || is_off || kind == "file" || kind == "submit" {
            continue;
        }
        let value = attribute(tag, "value");
        let value = if kind == "checkbox" && value.is_empty() {
            "on".to_owned()
        } else {
            value
        };
        found.push((name, value));
    }
    for area in body.split("<textarea").skip(1) {
        let (head, rest) = area.split_once('>').unwrap_or_default();
        let text = rest.split("</textarea>").next().unwrap_or_default();
        found.push((
            attribute(head, "name"),
            unescaped(text.trim_start_matches('\n')),
        ));
    }
    for select in body.split("<select").skip(1) {
        let (head, rest) = select.split_once('>').unwrap_or_default();
        let options = rest.split("</select>").next().unwrap_or_default();
        let tags: Vec<&str> = options
            .split("<option")
            .skip(1)
            .filter_map(|option| option.split('>').next())
            .collect();
        let chosen = tags
            .iter()
            .find(|tag| has_word(tag, "selected"))
            .or(tags.first());
        if let Some(tag) = chosen {
            found.push((attribute(head, "name"), attribute(tag, "value")));
        }
    }
    found
}

fn has_word(tag: &str, word: &str) -> bool {
    tag.split_whitespace()
        .any(|part| part.trim_end_matches('/').split('=').next() == Some(word))
}

/// The value of an attribute in double quotes; empty if it is not there.
pub fn attribute(tag: &str, name: &str) -> String {
    let needle = format!(" {name}=\"");
    let spaced = tag.replace(['\n', '\t'], " ");
    spaced
        .split_once(&needle)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(value, _)| unescaped(value))
        .unwrap_or_default()
}

/// Text as a reader sees it.
pub fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_would_send_it_untouched() {
        let page = r#"<form method="get" action="/cari"><input name="q"></form>
            <form class="x" method="post" action="/a?b=1&#38;c" enctype="multipart/form-data">
            <input type="hidden" name="token" value="t&#34;"><input type="checkbox" name="no">
            <input type="checkbox" name="yes" value="1" checked><input type="file" name="berkas">
            <textarea name="isi">a &#60; b</textarea>
            <select name="sifat"><option value="1"><option value="2" selected></select>
            <button name="aksi" value="x">X</button></form>"#;
        let form = form_to(page, "/a");
        assert_eq!(form.action, "/a?b=1&c");
        assert!(form.is_multipart);
        let pairs: Vec<(&str, &str)> = form
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("token", "t\""),
                ("yes", "1"),
                ("isi", "a < b"),
                ("sifat", "2")
            ]
        );
        assert!(form.names.contains(&"berkas".to_owned()));
    }
}
