// What the single pages have in common.
export const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// labelled makes an input with its label. It is required unless it says otherwise.
export const labelled = (label, properties) => {
  const input = make("input", { required: true, ...properties });
  return [make("label", { htmlFor: input.id }, label), input];
};

// talker sends JSON as its briefing says: with the token of a cookie, or with
// the session's id.
export const talker = (briefing, session) => async (path, body) => {
  const headers = { "Content-Type": "application/json" };
  if (briefing.csrf_cookie) headers[briefing.csrf_header] = cookie(briefing.csrf_cookie);
  if (session()) headers.Authorization = "Bearer " + session();
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const said = await answer.json().catch(() => ({ error: "Something went wrong. Please try again." }));
  return answer.ok ? said : { error: said.error };
};

const cookie = (name) => {
  const pair = document.cookie.split("; ").find((text) => text.startsWith(name + "="));
  return pair ? pair.slice(name.length + 1) : "";
};

// card draws a page with one form.
export const card = (title, form) => {
  const alert = make("p", { className: "alert", hidden: true });
  alert.setAttribute("role", "alert");
  const section = make("section", { className: "card" }, make("h1", {}, title), alert, form);
  const say = (text) => {
    alert.textContent = text;
    alert.hidden = !text;
    for (const input of form.querySelectorAll("input")) input.setAttribute("aria-invalid", Boolean(text));
  };
  return { page: make("main", { id: "main" }, section), say };
};

export const button = (text) =>
  make("div", { className: "buttons" }, make("button", { type: "submit", className: "main" }, text));

// busy runs an action unless one is running already.
export const busy = (form, action) => {
  let running = false;
  return async (event) => {
    event?.preventDefault();
    if (running) return;
    running = true;
    form.setAttribute("aria-busy", "true");
    try {
      await action();
    } finally {
      running = false;
      form.removeAttribute("aria-busy");
    }
  };
};
