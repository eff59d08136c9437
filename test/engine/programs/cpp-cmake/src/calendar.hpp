#pragma once
#include <string>

std::string describe(const std::string &day, int hours);
