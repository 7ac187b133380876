import { isolationTests } from './isolation.mjs';
import { keyboardTests } from './keyboard.mjs';

const browser = 'firefox';
keyboardTests(browser);
isolationTests(browser);
