// Draws the login form, as applications do whose pages are made in the browser.
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

const input = (field) => {
  const element = make("input", { type: field.type, id: field.id, name: field.name, required: true });
  if (field.autocomplete) element.autocomplete = field.autocomplete;
  return element;
};

const draw = (page) => {
  const form = make("form", { method: "post", action: page.action });
  form.append(
    make("input", { type: "hidden", name: page.token.name, value: page.token.value }),
    make("input", { type: "hidden", name: "next", value: page.next }),
  );
  for (const field of page.fields) {
    form.append(make("label", { htmlFor: field.id }, field.label), input(field));
  }
  form.append(make("div", { className: "buttons" }, make("button", { type: "submit", className: "main" }, page.submit)));
  const card = make("section", { className: "card" }, make("h1", {}, "Sign in"), form);
  document.getElementById("root").append(make("main", { id: "main" }, card));
};

fetch("/login/fields" + location.search)
  .then((answer) => answer.json())
  .then(draw);
