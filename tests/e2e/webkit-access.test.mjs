import { isolationTests } from './isolation.mjs';
import { keyboardTests } from './keyboard.mjs';

const browser = 'webkit';
keyboardTests(browser);
isolationTests(browser);
