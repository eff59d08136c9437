#include "calendar.hpp"
#include <iostream>
#include <yaml-cpp/yaml.h>

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    int total = 0;
    for (const auto &day : YAML::LoadFile(argv[1])["days"]) {
        total += day["hours"].as<int>();
        std::cout << describe(day["name"].as<std::string>(), day["hours"].as<int>()) << '\n';
    }
    std::cout << describe("total", total) << '\n';
}
