// The data that the program wrote before the script.

import { useBinarySizes } from './words.js';

export const meta = JSON.parse(document.getElementById('memq-data').textContent);
useBinarySizes(meta.binary);
