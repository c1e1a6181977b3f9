// Command-line options for the example programs: just enough of it, with errors that help.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>

/// `--name value` options and `--name` switches.
class options {
public:
    using names = std::initializer_list<std::string_view>;

    options(int argc, char** argv, char const* usage) : argc_{argc}, argv_{argv}, usage_{usage} {}

    /// Ends the program if there is anything but these: a misspelt option must not be ignored.
    void expect_only(names with_value, names switches = {}) const {
        auto const among = [](names all, std::string_view name) {
            return std::find(all.begin(), all.end(), name) != all.end();
        };
        for (int i = 1; i < argc_; ++i) {
            if (among(with_value, argv_[i]))
                ++i;
            else if (!among(switches, argv_[i]))
                fail("unknown option", argv_[i]);
        }
    }

    /// The value of option `name`, or `otherwise` if it is not given.
    std::string value(std::string_view name, char const* otherwise) const {
        for (int i = 1; i < argc_; ++i) {
            if (argv_[i] != name) continue;
            if (i + 1 == argc_) fail("a value is missing after", name);
            return argv_[i + 1];
        }
        if (otherwise == nullptr) fail("missing option", name);
        return otherwise;
    }

    int number(std::string_view name, char const* otherwise) const {
        std::string const text = value(name, otherwise);
        char*             end  = nullptr;
        long const        read = std::strtol(text.c_str(), &end, 10);
        if (text.empty() || *end != '\0' || read < 0 || read > 1'000'000'000) fail("not a number from 0 on:", text);
        return static_cast<int>(read);
    }

    bool given(std::string_view name) const {
        for (int i = 1; i < argc_; ++i)
            if (argv_[i] == name) return true;
        return false;
    }

    [[noreturn]] void fail(char const* what, std::string_view which) const {
        std::fprintf(stderr, "%s %.*s\nusage: %s\n", what, static_cast<int>(which.size()), which.data(), usage_);
        std::exit(2);
    }

private:
    int         argc_;
    char**      argv_;
    char const* usage_;
};
