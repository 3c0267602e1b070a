// Links, starts, ends: no layer may do work before main.
int main() { return 0; }
