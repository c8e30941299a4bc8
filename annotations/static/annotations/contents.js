/** How far one has read: the thin line at the top, and the section in the list of contents. */

const WIDE = window.matchMedia("(min-width: 1200px)");
/** A section is being read once its heading is this far down the window, in pixels. */
const READING = 120;

/** @param {HTMLElement} reading the element around text, notes and responses */
export function followReading(reading) {
  const text = reading.querySelector("[data-text]");
  const line = document.querySelector("[data-progress]");
  const contents = reading.querySelector("[data-contents]");
  const links = contents ? [...contents.querySelectorAll("a")] : [];
  let waiting = false;

  const show = () => {
    waiting = false;
    const { top, height } = text.getBoundingClientRect();
    const room = Math.max(1, height - window.innerHeight + READING);
    const read = Math.min(1, Math.max(0, (READING - top) / room));
    line.style.transform = `scaleX(${read.toFixed(4)})`;
    const current = links.findLast((link) => begun(link));
    for (const link of links) {
      if (link === current) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  const later = () => {
    if (!waiting) requestAnimationFrame(show);
    waiting = true;
  };

  if (contents) {
    const unfold = () => {
      contents.open = WIDE.matches;
    };
    unfold();
    WIDE.addEventListener("change", unfold);
    contents.addEventListener("click", ({ target }) => {
      if (target.closest("a") && !WIDE.matches) contents.open = false;
    });
  }
  window.addEventListener("scroll", later, { passive: true });
  window.addEventListener("resize", later);
  show();
}

function begun(link) {
  const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  return heading && heading.getBoundingClientRect().top <= READING;
}
