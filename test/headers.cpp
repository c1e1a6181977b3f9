// Carries the precompiled headers of the tests: cmake/TenonTest.cmake.
