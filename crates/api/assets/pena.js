// What makes the pages more comfortable. Everything works without it.
"use strict";

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Buttons that only make sense with a script.
for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// "Select all" over the boxes of a form.
for (const box of all("[data-all]")) {
  box.closest("[hidden]")?.removeAttribute("hidden");
  const others = all(`input[type="checkbox"][name="${box.dataset.all}"]`, box.form ?? document);
  box.addEventListener("change", () => others.forEach((other) => { other.checked = box.checked; }));
}

// A file dropped anywhere on its field is taken; the field shows that it would be.
for (const area of all("input.drop-area")) {
  for (const kind of ["dragenter", "dragover"]) area.addEventListener(kind, () => area.classList.add("over"));
  for (const kind of ["dragleave", "drop"]) area.addEventListener(kind, () => area.classList.remove("over"));
}

// Progress of a batch of signatures, without reloading the page.
for (const part of all("[data-progress]")) {
  const bar = part.querySelector("progress");
  const look = async () => {
    let now;
    try {
      const answer = await fetch(part.dataset.progress, { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      now = await answer.json();
    } catch {
      setTimeout(look, 3000);
      return;
    }
    if (bar) bar.value = now.done;
    for (const item of now.items) {
      const line = document.getElementById(item.id);
      if (line) line.textContent = item.text;
    }
    if (now.ended) window.location.reload();
    else setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}

// The toolbar of the Markdown text.
for (const bar of all("[data-toolbar]")) {
  const text = document.getElementById(bar.dataset.toolbar);
  if (!text) continue;
  bar.hidden = false;
  for (const button of all("button[data-before]", bar)) {
    button.addEventListener("click", () => {
      const [from, to] = [text.selectionStart, text.selectionEnd];
      const before = button.dataset.before.replaceAll("\\n", "\n");
      const after = (button.dataset.after ?? "").replaceAll("\\n", "\n");
      text.setRangeText(before + text.value.slice(from, to) + after, from, to, "select");
      text.focus();
      text.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}

// The page image beside the text follows what is typed.
for (const form of all("form[data-preview]")) {
  const place = document.getElementById(form.dataset.into);
  let wait = 0;
  let running = false;
  let again = false;
  const show = async () => {
    if (running) { again = true; return; }
    running = true;
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (answer.ok) {
        const { pages } = await answer.json();
        place.replaceChildren(...pages.map((source, index) => {
          const image = new Image(620, 877);
          image.src = source;
          image.alt = `${place.dataset.alt} ${index + 1}`;
          return image;
        }));
      }
    } catch { /* The next change tries again. */ }
    running = false;
    if (again) { again = false; show(); }
  };
  form.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(show, 900); });
  show();
}

// A concept that exists is saved while it is written.
for (const form of all("form[data-save]")) {
  const said = document.getElementById("tersimpan");
  let wait = 0;
  let running = false;
  const save = async () => {
    if (running) { wait = setTimeout(save, 2000); return; }
    running = true;
    try {
      const answer = await fetch(form.dataset.save, { method: "POST", headers: { accept: "application/json" }, body: new URLSearchParams(new FormData(form)) });
      if (answer.ok) {
        const now = await answer.json();
        form.elements.versi.value = now.version;
        form.elements.token.value = now.token;
        if (said) said.textContent = now.text;
      }
    } catch { /* The next change tries again. */ }
    running = false;
  };
  form.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(save, 4000); });
  form.addEventListener("submit", () => clearTimeout(wait));
}
