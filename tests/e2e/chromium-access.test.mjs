import { accessTests } from './access.mjs';
import { isolationTests } from './isolation.mjs';
import { keyboardTests } from './keyboard.mjs';
import { layoutTests } from './layouts.mjs';
import { cycleTests, stillTests } from './still.mjs';

const browser = 'chromium';
accessTests();
keyboardTests(browser);
isolationTests(browser);
layoutTests(browser);
stillTests(browser);
cycleTests();
