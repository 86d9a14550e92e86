// Tells the prompt about the browser and goes on.
const form = document.getElementById("plugin_form");
form.elements.screen_resolution_width.value = screen.width;
form.elements.screen_resolution_height.value = screen.height;
form.elements.color_depth.value = screen.colorDepth;
form.submit();
