import { policyTests } from './policies.mjs';

policyTests('chromium');
