import { accessTests } from './access.mjs';
import { isolationTests } from './isolation.mjs';
import { keyboardTests } from './keyboard.mjs';

const browser = 'chromium';
accessTests();
keyboardTests(browser);
isolationTests(browser);
