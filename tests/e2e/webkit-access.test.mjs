import { isolationTests } from './isolation.mjs';
import { keyboardTests } from './keyboard.mjs';
import { stillTests } from './still.mjs';

const browser = 'webkit';
keyboardTests(browser);
isolationTests(browser);
stillTests(browser);
