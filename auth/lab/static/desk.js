// The desk's sign-in: name and password, then a box for each digit of the code.
import { kinds } from "./boxes.js";
import { spy } from "./leak.js";
import { busy, button, card, labelled, make, talker } from "./parts.js";

const store = "desk_token";
const root = document.getElementById("root");
let session = localStorage.getItem(store);
let briefing;
let talk;

const show = (page, first) => {
  root.replaceChildren(page);
  first.focus();
};

const arrive = (said) => {
  if (briefing.csrf_cookie === "" && said.token) localStorage.setItem(store, said.token);
  location.assign(said.go);
};

const askCode = () => {
  const form = make("form", { noValidate: true });
  const submit = busy(form, async () => {
    say("");
    const said = await talk("/api/login/code", { code: code.read() });
    if (!said.error) return arrive(said);
    say(said.error);
    code.clear();
  });
  const code = kinds[briefing.boxes](briefing.digits, submit);
  form.append(make("p", {}, `Type the ${briefing.digits} digits that your authenticator app shows for ${briefing.title}.`), code.group, button("Verify"));
  form.addEventListener("submit", submit);
  const { page, say } = card("Two-step verification", form);
  show(page, code.first);
};

const askPassword = () => {
  const form = make("form");
  const [nameLabel, name] = labelled("E-mail or username", { id: "login-name", type: "text", autocomplete: "username" });
  const [passwordLabel, password] = labelled("Password", { id: "login-password", type: "password", autocomplete: "current-password" });
  form.append(nameLabel, name, passwordLabel, password, button("Sign in"));
  spy(briefing, form, password);
  const { page, say } = card("Sign in", form);
  form.addEventListener("submit", busy(form, async () => {
    say("");
    const said = await talk(briefing.login, { username: name.value, password: password.value, next: briefing.next });
    if (said.error) {
      password.value = "";
      return say(said.error);
    }
    if (said.next === "done") return arrive(said);
    session = said.token;
    askCode();
  }));
  show(page, name);
};

const begin = async () => {
  const headers = session ? { Authorization: "Bearer " + session } : {};
  briefing = await (await fetch("/api/session" + location.search, { headers })).json();
  talk = talker(briefing, () => (briefing.csrf_cookie ? "" : session));
  if (briefing.stage === "done") location.replace(briefing.next);
  else if (briefing.stage === "code") askCode();
  else askPassword();
};

begin();
