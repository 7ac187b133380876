import { deliveryTests } from './delivery.mjs';

deliveryTests('chromium');
