import { layoutTests } from './layouts.mjs';
import { cycleTests, stillTests } from './still.mjs';

const browser = 'chromium';
layoutTests(browser);
stillTests(browser);
cycleTests();
