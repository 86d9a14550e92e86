package main

const exe = ".exe"
