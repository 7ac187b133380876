import { cookieTests } from './cookies.mjs';
import { cardTests } from './parts/card.mjs';
import { storeTests } from './parts/store.mjs';
import { questionTests } from './questions.mjs';
import { ruleTests } from './rules.mjs';
import { sinkTests } from './sinks.mjs';
import { storyTests } from './story.mjs';

const browser = 'chromium';
storeTests(browser);
cardTests(browser);
storyTests(browser);
questionTests(browser);
sinkTests(browser);
cookieTests(browser);
ruleTests(browser);
