/** Long work in slices: between them the page answers whoever reads it. */

/** @returns {Promise<void>} kept once the browser has done what is more urgent */
export function pause() {
  if (window.scheduler?.yield) return window.scheduler.yield();
  return new Promise((go) => window.setTimeout(go));
}

/** @returns {Promise<void>} kept once what was changed has been laid out and drawn; where nothing is
 *  drawn, as in a tab behind another, all the same */
export function drawn() {
  return new Promise((go) => {
    const timer = window.setTimeout(go, 100);
    window.requestAnimationFrame(() => {
      window.clearTimeout(timer);
      window.setTimeout(go);
    });
  });
}
