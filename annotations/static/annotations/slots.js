/** Forms that htmx puts into their slots: the keyboard goes there, and back when one is put away. */

export function watchSlots(reading) {
  reading.addEventListener("htmx:afterSettle", ({ target }) => {
    target.closest(".response-slot")?.querySelector("[aria-invalid='true'], textarea")?.focus();
  });
  reading.addEventListener("click", (event) => {
    const slot = event.target.closest("[data-cancel]")?.closest(".response-slot");
    if (!slot) return;
    event.preventDefault();
    slot.replaceChildren();
    slot.previousElementSibling?.querySelector("a[hx-get]")?.focus();
  });
}
