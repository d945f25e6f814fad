import { playOrders } from '../support/orders/order-suite';

playOrders([2, 3]);
