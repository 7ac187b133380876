import { policyTests } from './policies.mjs';

policyTests('webkit');
