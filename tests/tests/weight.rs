//! What a first visit costs whoever pays for every kilobyte: the page with everything it shows, as it is sent.

use std::collections::BTreeSet;

use reqwest::Method;
use tests::database::Engine;
use tests::demo::Demo;
use tests::job::{Crew, PEOPLE};
use tests::office::Keys;
use tests::pages::every_page;
use tests::person::{Person, attribute};
use tests::server::Server;

/// Bytes of a page with its style, script and pictures.
const MOST: usize = 150 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_first_visit_to_any_page_is_light() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("weight");
    let keys = Keys::make(&place, &PEOPLE);
    let server = Server::start(&place);
    let crew = Crew::new(&place, &server.address, &keys).await;
    let (mut heavy, mut seen, mut heaviest) = (Vec::new(), 0, (0, String::new()));
    for (who, paths) in every_page(&crew).await {
        let person = if who.is_empty() {
            Person::new(&server.address)
        } else {
            Person::logged_in(&server.address, &place.login(who)).await
        };
        for path in paths {
            let weight = weigh(&person, &path).await;
            seen += 1;
            if weight > MOST {
                heavy.push(format!("{who} {path}: {weight} bytes"));
            }
            heaviest = heaviest.max((weight, format!("{who} {path}")));
        }
    }
    println!("the heaviest of {seen} pages: {heaviest:?}");
    assert!(heavy.is_empty(), "{}", heavy.join("\n"));
}

/// The bytes of a page and of everything it shows, each sent once.
async fn weigh(person: &Person, path: &str) -> usize {
    let opened = person.get(path).await;
    if opened.status == 303 {
        return Box::pin(weigh(person, opened.header("location"))).await;
    }
    let page = opened.text();
    let shown: BTreeSet<String> = [("<link", "href"), ("<script", "src"), ("<img", "src")]
        .into_iter()
        .flat_map(|(tag, name)| {
            page.split(tag)
                .skip(1)
                .filter_map(|rest| rest.split('>').next())
                .map(move |tag| attribute(tag, name))
        })
        .filter(|address| address.starts_with('/'))
        .collect();
    assert!(
        shown.iter().any(|address| address.contains(".css")),
        "{path} has no style: the page was not read"
    );
    let mut weight = sent(person, path).await;
    for address in shown {
        weight += sent(person, &address).await;
    }
    weight
}

/// How many bytes are sent to a browser that understands both ways to compress.
async fn sent(person: &Person, path: &str) -> usize {
    let request = person.request(Method::GET, path);
    let answer = person
        .send(request.header("accept-encoding", "gzip, br"))
        .await;
    assert!(
        matches!(answer.status, 200 | 403 | 404 | 405),
        "{path}: {}",
        answer.status
    );
    let is_text = !answer.header("content-type").starts_with("image/");
    assert!(
        !is_text || !answer.header("content-encoding").is_empty(),
        "{path} is not compressed"
    );
    answer.body.len()
}
