// Waits for the frame to say that the visitor signed in, and asks for a session.
import { talker } from "./parts.js";

const frame = document.getElementById("login-frame");
const briefing = { csrf_cookie: "XSRF-TOKEN", csrf_header: "X-XSRF-TOKEN" };

addEventListener("message", async (event) => {
  if (event.source !== frame.contentWindow || event.origin !== new URL(frame.src).origin || !event.data.ticket) return;
  const said = await talker(briefing, () => "")("/api/login/ticket", { ticket: event.data.ticket });
  if (!said.error) return location.assign(said.go);
  const alert = document.querySelector("[role=alert]");
  alert.textContent = said.error;
  alert.hidden = false;
});
