// Puts the captcha's frame and its answer field where the page has room for them.
for (const place of document.querySelectorAll(".g-recaptcha")) {
  const origin = new URL(document.currentScript.src).origin;
  const frame = document.createElement("iframe");
  frame.title = "reCAPTCHA";
  frame.src = origin + "/recaptcha/api2/anchor?k=" + encodeURIComponent(place.dataset.sitekey);
  const answer = document.createElement("textarea");
  answer.name = "g-recaptcha-response";
  answer.id = "g-recaptcha-response";
  answer.hidden = true;
  place.append(frame, answer);
}
