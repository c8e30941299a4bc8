// How this reader likes to read: theme, text size, single-key shortcuts. A classic script in the
// head, so that what was chosen holds before anything is drawn.

(() => {
  /** What can be chosen; the first of each is what holds without a choice. */
  const CHOICES = {
    theme: ["system", "light", "dark"],
    size: ["medium", "small", "large"],
    keys: ["on", "off"],
  };
  const STORE = "display";
  const root = document.documentElement;

  function stored() {
    try {
      return JSON.parse(window.localStorage.getItem(STORE)) ?? {};
    } catch {
      // Storage may be forbidden, or hold what somebody else wrote.
      return {};
    }
  }

  function apply() {
    const chosen = stored();
    for (const [name, values] of Object.entries(CHOICES)) {
      const value = chosen[name];
      if (values.includes(value) && value !== values[0]) root.dataset[name] = value;
      else delete root.dataset[name];
    }
    for (const meta of document.querySelectorAll("meta[data-theme-color]")) {
      const own = meta.dataset.themeColor;
      const { theme } = root.dataset;
      if (!theme) meta.media = `(prefers-color-scheme: ${own})`;
      else meta.media = theme === own ? "all" : "not all";
    }
  }

  /** What the menu uses. */
  window.display = {
    get: (name) => root.dataset[name] ?? CHOICES[name][0],
    set(name, value) {
      try {
        window.localStorage.setItem(STORE, JSON.stringify({ ...stored(), [name]: value }));
        apply();
      } catch {
        // Not remembered, but done.
        if (value === CHOICES[name][0]) delete root.dataset[name];
        else root.dataset[name] = value;
      }
    },
  };

  // What works only with scripts is shown only with them.
  root.dataset.script = "";
  apply();
  window.addEventListener("storage", (event) => {
    if (event.key === STORE || event.key === null) apply();
  });
})();
