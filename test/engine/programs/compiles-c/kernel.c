double hypotenuse_squared(double a, double b) { return a * a + b * b; }
