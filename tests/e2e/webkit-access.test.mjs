import { isolationTests } from './isolation.mjs';
import { keyboardTests } from './keyboard.mjs';
import { layoutTests } from './layouts.mjs';

const browser = 'webkit';
keyboardTests(browser);
isolationTests(browser);
layoutTests(browser);
