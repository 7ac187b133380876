import { isolationTests } from './isolation.mjs';
import { keyboardTests } from './keyboard.mjs';
import { layoutTests } from './layouts.mjs';

const browser = 'firefox';
keyboardTests(browser);
isolationTests(browser);
layoutTests(browser);
