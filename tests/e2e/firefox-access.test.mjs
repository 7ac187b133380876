import { isolationTests } from './isolation.mjs';
import { keyboardTests } from './keyboard.mjs';
import { stillTests } from './still.mjs';

const browser = 'firefox';
keyboardTests(browser);
isolationTests(browser);
stillTests(browser);
