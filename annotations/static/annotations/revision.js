/** A text as it stood: its notes beside it, level with their passages. Nothing can be written. */

import { Notes } from "./notes.js";
import { humanise } from "./times.js";

const reading = document.querySelector("[data-reading]");
new Notes(reading).settle().then(() => humanise(reading));
