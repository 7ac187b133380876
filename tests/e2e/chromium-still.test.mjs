import { layoutTests } from './layouts.mjs';
import { cycleTests, rehearsalTests, stillTests } from './still.mjs';

const browser = 'chromium';
layoutTests(browser);
stillTests(browser);
cycleTests();
rehearsalTests();
