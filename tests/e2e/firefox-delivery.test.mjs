import { deliveryTests } from './delivery.mjs';

deliveryTests('firefox');
