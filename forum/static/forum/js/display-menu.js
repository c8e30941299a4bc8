// The "Display" menu in the masthead.

/** Between the button and the menu, and between the menu and the edge of the window, in pixels. */
const GAP = 8;

const menu = document.getElementById("display");
const button = document.querySelector("[popovertarget=display]");

/** Below its button, within the window. */
function place() {
  const from = button.getBoundingClientRect();
  const widest = document.documentElement.clientWidth - menu.offsetWidth - GAP;
  menu.style.top = `${Math.round(from.bottom + GAP / 2)}px`;
  menu.style.left = `${Math.round(Math.max(GAP, Math.min(from.left, widest)))}px`;
}

function show() {
  for (const input of menu.querySelectorAll("input[type=radio]")) {
    input.checked = window.display.get(input.name) === input.value;
  }
  menu.querySelector("[name=keys]").checked = window.display.get("keys") === "on";
}

export function watchDisplay() {
  if (!menu || !button) return;
  show();
  menu.addEventListener("change", ({ target }) => {
    const value = target.type === "checkbox" ? (target.checked ? "on" : "off") : target.value;
    window.display.set(target.name, value);
    place();
  });
  // In its place before it is painted; "toggle" comes after that.
  menu.addEventListener("beforetoggle", ({ newState }) => {
    if (newState === "open") requestAnimationFrame(place);
  });
  menu.addEventListener("toggle", ({ newState }) => {
    if (newState !== "open") return;
    show();
    place();
    menu.querySelector("input:checked").focus({ preventScroll: true });
  });
  // The menu floats over the page, and its button goes with the page.
  window.addEventListener("resize", () => menu.matches(":popover-open") && place());
  window.addEventListener("scroll", () => menu.matches(":popover-open") && place(), {
    passive: true,
  });
}
