// The ways in which pages ask for a code digit by digit. Each draws into a form
// and gives a function that reads the code; done is called when it is complete,
// by those that submit themselves.
import { make } from "./parts.js";

const single = (number, of) => {
  const box = make("input", { type: "text", inputMode: "numeric", maxLength: 1, className: "digit", required: true });
  box.setAttribute("aria-label", `Digit ${number} of ${of}`);
  box.autocomplete = number === 1 ? "one-time-code" : "off";
  return box;
};

const row = (count) => {
  const boxes = Array.from({ length: count }, (_, i) => single(i + 1, count));
  const group = make("div", { className: "digits" }, ...boxes);
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Verification code");
  return { boxes, group, read: () => boxes.map((box) => box.value).join("") };
};

// advance moves on by script, back on Backspace, and submits itself.
const advance = (count, done) => {
  const { boxes, group, read } = row(count);
  boxes.forEach((box, i) => {
    box.addEventListener("input", () => {
      box.value = box.value.replace(/\D/g, "");
      if (!box.value) return;
      if (i + 1 < count) boxes[i + 1].focus();
      else if (read().length === count) done();
    });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Backspace" && !box.value && i > 0) boxes[i - 1].focus();
    });
  });
  return { group, read, clear: () => clear(boxes), first: boxes[0] };
};

const clear = (boxes) => {
  for (const box of boxes) box.value = "";
  boxes[0].focus();
};

// plain is six fields and no script.
const plain = (count) => {
  const { boxes, group, read } = row(count);
  return { group, read, clear: () => clear(boxes), first: boxes[0] };
};

// disabled opens each box when the one before is filled.
const disabled = (count) => {
  const { boxes, group, read } = row(count);
  const open = () => boxes.forEach((box, i) => (box.disabled = i > 0 && !boxes[i - 1].value));
  for (const box of boxes) box.addEventListener("input", open);
  open();
  const again = () => {
    clear(boxes);
    open();
  };
  return { group, read, clear: again, first: boxes[0] };
};

// hidden is one field that nobody sees; six boxes show what is in it.
const hidden = (count, done) => {
  const shown = Array.from({ length: count }, () => make("div", { className: "digit", ariaHidden: "true" }));
  const input = make("input", { type: "text", inputMode: "numeric", maxLength: count, className: "over", required: true });
  input.autocomplete = "one-time-code";
  input.setAttribute("aria-label", "Verification code");
  input.addEventListener("input", () => {
    input.value = input.value.replace(/\D/g, "");
    shown.forEach((box, i) => (box.textContent = input.value[i] ?? ""));
    if (input.value.length === count) done();
  });
  const again = () => {
    input.value = "";
    for (const box of shown) box.textContent = "";
    input.focus();
  };
  return { group: make("div", { className: "digits" }, ...shown, input), read: () => input.value, clear: again, first: input };
};

export const kinds = { advance, plain, disabled, hidden };
