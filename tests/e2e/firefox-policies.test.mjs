import { policyTests } from './policies.mjs';

policyTests('firefox');
