//! A real browser without a screen.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, json};
use tempfile::TempDir;

use crate::tool::{left_out, on_path};

/// The screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewport {
    /// 390×844, touched.
    Phone,
    /// 1366×768.
    Desktop,
}

/// Whether pages may run scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// As usual.
    On,
    /// Switched off by its owner.
    Off,
}

impl Viewport {
    /// Its name in file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Desktop => "desktop",
        }
    }
}

/// `chromedriver` on a free port; gone with everything it started when dropped.
#[derive(Debug)]
pub struct Driver {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Driver {
    /// Starts one, if it is installed.
    ///
    /// # Panics
    /// If it does not say where it listens.
    pub fn start() -> Option<Self> {
        let program = on_path("chromedriver")?;
        on_path("chromium")?;
        let mut child = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver can be started");
        let stdout = child.stdout.take().expect("it was piped");
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let port = lines
            .find_map(|line| {
                let (_, port) = line.split_once("started successfully on port ")?;
                port.trim_end_matches('.').parse().ok()
            })
            .expect("chromedriver says on which port it listens");
        // A full pipe would block it.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self {
            child,
            port,
            folder: tempfile::tempdir().expect("a folder can be made"),
        })
    }

    /// Opens a window with a profile of its own.
    ///
    /// # Panics
    /// If the browser does not start.
    pub async fn window(&self, viewport: Viewport, script: Script) -> Window {
        let number = rand::random::<u32>();
        let profile = self.folder.path().join(format!("profile-{number}"));
        let downloads = self.folder.path().join(format!("downloads-{number}"));
        std::fs::create_dir_all(&downloads).expect("a folder can be made");
        let mut arguments: Vec<String> = FLAGS.map(str::to_owned).to_vec();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        let mut options = json!({
            "args": arguments,
            "prefs": {
                "download.default_directory": downloads,
                "download.prompt_for_download": false,
                "plugins.always_open_pdf_externally": true,
                "intl.accept_languages": "id-ID,id",
                "profile.managed_default_content_settings.javascript": match script {
                    Script::On => 1,
                    Script::Off => 2,
                },
            },
        });
        let mut size = |size: &str| {
            let list = options["args"].as_array_mut().expect("it is a list");
            list.push(format!("--window-size={size}").into());
        };
        match (viewport, script) {
            (Viewport::Phone, Script::On) => {
                options["mobileEmulation"] = json!({
                    "deviceMetrics": {"width": 390, "height": 844, "pixelRatio": 2.0, "touch": true},
                });
            }
            // The driver's touch waits for scripts of the page; a narrow window is clicked instead.
            (Viewport::Phone, Script::Off) => size("390,844"),
            (Viewport::Desktop, Script::On | Script::Off) => size("1366,768"),
        }
        let mut capabilities = Map::new();
        capabilities.insert("browserName".into(), "chrome".into());
        capabilities.insert("goog:chromeOptions".into(), options);
        capabilities.insert("goog:loggingPrefs".into(), json!({"browser": "ALL"}));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await
            .expect("the browser starts");
        Window { client, downloads }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A window of the browser.
#[derive(Debug)]
pub struct Window {
    /// The remote control.
    pub client: Client,
    /// Where its downloads go.
    pub downloads: PathBuf,
}

impl Window {
    /// Opens an address.
    ///
    /// # Panics
    /// If the browser cannot.
    pub async fn goto(&self, address: &str) {
        self.client
            .goto(address)
            .await
            .unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// The first element that fits a CSS selector.
    ///
    /// # Panics
    /// If there is none after a while, with the page's text.
    pub async fn find(&self, css: &str) -> Element {
        let wait = self.client.wait().at_most(PATIENCE);
        match wait.for_element(Locator::Css(css)).await {
            Ok(found) => found,
            Err(error) => panic!("{css}: {error}\n{}", self.told().await),
        }
    }

    /// Whether an element is there now.
    pub async fn has(&self, css: &str) -> bool {
        self.client.find(Locator::Css(css)).await.is_ok()
    }

    /// Types into a field, in place of what stood in it.
    ///
    /// # Panics
    /// If there is no such field.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.expect("a field can be emptied");
        field
            .send_keys(text)
            .await
            .expect("a field takes what is typed");
    }

    /// Chooses the option of a list that says this.
    ///
    /// # Panics
    /// If there is no such option.
    pub async fn choose(&self, list: &str, words: &str) {
        let path = format!("//select[@id='{list}']/option[contains(., \"{words}\")]");
        match self.client.find(Locator::XPath(&path)).await {
            Ok(option) => option.click().await.expect("an option can be chosen"),
            Err(error) => panic!("{list}, {words}: {error}\n{}", self.told().await),
        }
    }

    /// Ticks the box whose label says this.
    ///
    /// # Panics
    /// If there is no such box.
    pub async fn tick(&self, words: &str) {
        let path = format!("//label[contains(., \"{words}\")]");
        match self.client.find(Locator::XPath(&path)).await {
            Ok(label) => label.click().await.expect("a box can be ticked"),
            Err(error) => panic!("{words}: {error}\n{}", self.told().await),
        }
    }

    /// Touches an element, whatever comes of it.
    ///
    /// # Panics
    /// If there is none, or it cannot be touched.
    pub async fn click(&self, css: &str) {
        let element = self.find(css).await;
        if let Err(error) = element.click().await {
            panic!("{css}: {error}\n{}", self.told().await);
        }
    }

    /// Presses a button or link, and waits until the page that was there is gone.
    ///
    /// # Panics
    /// If there is none, or nothing happens.
    pub async fn press(&self, css: &str) {
        let button = self.find(css).await;
        self.follow(button, css).await;
    }

    /// Follows the link that says this.
    ///
    /// # Panics
    /// If there is none, or nothing happens.
    pub async fn open(&self, words: &str) {
        let path = format!("//main//a[contains(., \"{words}\")]");
        match self.client.find(Locator::XPath(&path)).await {
            Ok(link) => self.follow(link, words).await,
            Err(error) => panic!("{words}: {error}\n{}", self.told().await),
        }
    }

    async fn follow(&self, element: Element, what: &str) {
        let old = self.find("html").await;
        if let Err(error) = element.click().await {
            panic!("{what}: {error}\n{}", self.told().await);
        }
        for _ in 0..WAITS {
            // The element of a page that was left is stale.
            if old.tag_name().await.is_err() {
                let _next = self.find("body").await;
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("{what} led nowhere\n{}", self.told().await);
    }

    /// The one file that a download leaves, with this ending.
    ///
    /// # Panics
    /// If none comes.
    pub async fn downloaded(&self, ending: &str) -> PathBuf {
        for _ in 0..WAITS {
            let found = std::fs::read_dir(&self.downloads)
                .expect("a folder can be read")
                .flatten()
                .map(|entry| entry.path())
                .find(|path| path.extension().is_some_and(|found| found == ending));
            if let Some(path) = found {
                return path;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("no .{ending} was downloaded\n{}", self.told().await);
    }

    /// The download of this name.
    ///
    /// # Panics
    /// If it does not come.
    pub async fn downloaded_as(&self, name: &str) -> PathBuf {
        let path = self.downloads.join(name);
        for _ in 0..WAITS {
            if path.exists() {
                return path;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("no {name} was downloaded\n{}", self.told().await);
    }

    /// Goes from field to field by the keyboard until this element has the focus, and presses Enter on it.
    ///
    /// # Panics
    /// If the keyboard does not get there.
    pub async fn enter_by_keyboard(&self, css: &str) {
        let wanted = self.find(css).await.element_id();
        for _ in 0..MOST_STOPS {
            let here = self.client.active_element().await;
            let here = here.expect("something has the focus");
            let is_there = here.element_id() == wanted;
            let key = if is_there { Key::Enter } else { Key::Tab };
            let key = char::from(key).to_string();
            here.send_keys(&key).await.expect("a key can be pressed");
            if is_there {
                return;
            }
        }
        panic!("the keyboard does not get to {css}\n{}", self.told().await);
    }

    /// The text that a reader sees, and where.
    pub async fn told(&self) -> String {
        let address = self.client.current_url().await.map(String::from);
        let text = match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        };
        format!("{}\n{text}", address.unwrap_or_default())
    }

    /// The page's address without scheme and host.
    ///
    /// # Panics
    /// If the browser does not say.
    pub async fn path(&self) -> String {
        let url = self
            .client
            .current_url()
            .await
            .expect("a page has an address");
        url.path().to_owned()
    }

    /// Insists that the page says this.
    ///
    /// # Panics
    /// If it does not say so within a while.
    pub async fn says(&self, words: &str) {
        let mut told = String::new();
        for _ in 0..WAITS {
            told = self.told().await;
            if told.contains(words) {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("the page does not say \"{words}\":\n{told}");
    }

    /// A picture of the page.
    ///
    /// # Panics
    /// If the browser cannot take one.
    pub async fn picture(&self) -> Vec<u8> {
        self.client
            .screenshot()
            .await
            .expect("a page can be photographed")
    }

    /// What axe finds serious or critical on the page: rule, help, and where.
    ///
    /// # Panics
    /// If the judge does not run.
    pub async fn accessibility(&self, axe: &str) -> Vec<String> {
        self.client
            .execute(axe, Vec::new())
            .await
            .expect("the judge can be loaded");
        let script = "const done = arguments[arguments.length - 1]; \
             axe.run(document, {resultTypes: ['violations']}) \
                .then(found => done(found.violations), error => done(String(error)));";
        let found = self
            .client
            .execute_async(script, Vec::new())
            .await
            .expect("the judge ends");
        let list = found
            .as_array()
            .unwrap_or_else(|| panic!("the judge failed: {found}"));
        list.iter()
            .filter(|one| matches!(one["impact"].as_str(), Some("serious" | "critical")))
            .map(|one| {
                let places: Vec<String> = one["nodes"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|node| format!("{} {}", node["target"], node["html"]))
                    .collect();
                format!("{} ({}): {}", one["id"], one["help"], places.join(" | "))
            })
            .collect()
    }

    /// How far the page reaches beyond the window to the side.
    ///
    /// # Panics
    /// If the browser does not say.
    pub async fn overflow(&self) -> i64 {
        let script = "return document.documentElement.scrollWidth - window.innerWidth;";
        let found = self.client.execute(script, Vec::new()).await;
        found
            .expect("a page has a width")
            .as_i64()
            .expect("it is a number")
    }

    /// Closes the window.
    ///
    /// # Panics
    /// If the browser does not.
    pub async fn close(self) {
        self.client.close().await.expect("a window can be closed");
    }
}

/// The script that judges accessibility.
///
/// # Panics
/// If it cannot be read.
pub fn axe() -> Option<String> {
    let Some(path) = std::env::var_os("PENA_AXE") else {
        return left_out("PENA_AXE names no axe-core");
    };
    Some(std::fs::read_to_string(&path).expect("axe-core can be read"))
}

const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
];
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(50);
const WAITS: u32 = 400;
/// More than any page has links, fields and buttons.
const MOST_STOPS: u32 = 100;
