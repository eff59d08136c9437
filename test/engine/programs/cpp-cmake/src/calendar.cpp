#include "calendar.hpp"
#include <fmt/core.h>

std::string describe(const std::string &day, int hours)
{
    return fmt::format("{:<10}|{:>4} h", day, hours);
}
