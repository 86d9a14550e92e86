// The desk's members' page where the session is a token that only scripts send.
import { make } from "./parts.js";

const store = "desk_token";
const headers = { Authorization: "Bearer " + localStorage.getItem(store), "Content-Type": "application/json" };

const draw = (account) => {
  const row = (cell, texts) => make("tr", {}, ...texts.map((text) => make(cell, {}, text)));
  const table = make("table", {}, make("thead", {}, row("th", account.head)), make("tbody", {}, ...account.rows.map((texts) => row("td", texts))));
  const leave = make("button", { type: "button" }, "Sign out");
  leave.addEventListener("click", async () => {
    await fetch("/api/logout", { method: "POST", headers, body: "{}" });
    localStorage.removeItem(store);
    location.assign("/login");
  });
  const section = make("section", { className: "card wide" }, make("h1", {}, account.proof), make("p", {}, account.intro), table,
    make("div", { className: "buttons" }, leave));
  document.getElementById("root").replaceChildren(make("main", { id: "main" }, section));
};

const answer = await fetch("/api/account", { headers });
if (answer.ok) draw(await answer.json());
else location.replace("/login?next=" + encodeURIComponent(location.pathname + location.search));
